/** How the regions of a partition begin, as botocore 1.44.8 has it (partitions.json, read 2026-11-25). */
const BEGINNINGS: ReadonlyArray<readonly [string, string]> = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['eusc-', 'aws-eusc'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
];

/** The second word of every ARN of a region. No credentials of one partition are accepted in another. */
export const partitionOf = (region: string): string => BEGINNINGS.find(([beginning]) => region.startsWith(beginning))?.[1] ?? 'aws';
