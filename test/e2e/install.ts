import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { missingTools, TOOLS } from './tools.ts';

/** `node test/e2e/install.ts`: Python 3.11 or later, about 450 MB in `test/e2e/.venv*`, half a minute. Tools that are there stay. */
const missing = missingTools();
for (const [name, { venv, packages }] of Object.entries(TOOLS)) {
  if (!missing.includes(name)) continue;
  process.stdout.write(`${name}: ${packages.join(' ')}\n`);
  execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
  execFileSync(path.join(venv, 'bin', 'pip'), ['install', '--quiet', ...packages], { stdio: 'inherit' });
}
process.stdout.write(missing.length === 0 ? 'everything is installed\n' : `installed: ${missing.join(', ')}\n`);
