import { type Check, cannotTell, fine, toMend } from './check.ts';

/** AWS refuses signatures from 5 minutes on; a minute is more than any clock that is kept goes wrong by. */
const SKEW_SECONDS = 60;

/** Who asks, from where, and by which clock. */
export const CALLER_CHECKS: readonly Check[] = [
  {
    id: 'identity',
    title: 'who you are',
    run: async ({ whoAmI }) => {
      const { who } = await whoAmI();
      if (who.ok) return fine(`${who.value.arn}, account ${who.value.account}`);
      return toMend(who.failure.reason, 'sign in, or set AWS_PROFILE to a profile that can; then: aws sts get-caller-identity');
    },
  },
  {
    id: 'region',
    title: 'region of your credentials',
    run: async ({ home }) => {
      const region = await home();
      if (region !== undefined) return fine(region);
      return toMend(
        'none: a scan needs --regions, and --stack finds nothing',
        'export AWS_REGION=eu-west-1, or take a profile that has a region',
      );
    },
  },
  {
    id: 'clock',
    title: 'clock of this machine',
    run: async ({ whoAmI }) => {
      const { ahead } = await whoAmI();
      if (ahead === null) return cannotTell('nothing of AWS answered');
      const seconds = Math.round(Math.abs(ahead) / 1000);
      if (seconds <= SKEW_SECONDS) return fine(`within ${SKEW_SECONDS} s of AWS`);
      return toMend(
        `${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} AWS, which refuses signatures from 300 s on`,
        'set it by a time server; on a virtual machine, after each resume',
      );
    },
  },
  {
    id: 'regions',
    title: 'regions enabled in the account',
    run: async ({ whoAmI, enabledRegions, scopes }) => {
      const { who } = await whoAmI();
      if (!who.ok) return cannotTell('who asks is not known');
      const enabled = await enabledRegions();
      if (!enabled.ok) return cannotTell(`${enabled.failure.reason}; nothing but this line needs it`);
      const own = (await scopes()).filter(({ account }) => account === who.value.account).map(({ region }) => region);
      const off = [...new Set(own)].filter(region => !enabled.value.includes(region));
      if (off.length === 0) return fine(`all that a scan reads: ${[...new Set(own)].join(', ') || 'none'}`);
      return toMend(
        `not enabled: ${off.join(', ')}`,
        ...off.map(region => `aws account enable-region --region-name ${region}, or leave it out of the regions`),
      );
    },
  },
];
