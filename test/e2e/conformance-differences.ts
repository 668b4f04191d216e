/** Patterns that AWS's models state and that AWS does not keep, by the shape that has them, with why we think so. */
export const LOOSELY: Readonly<Record<string, string>> = {
  PromptRouterArn: 'only default-prompt-router/ matches it; those that somebody made are prompt-router/ in IAM and in Resource Explorer',
};

const IMAGES = 'moto resolves no images; AWS shows what was deployed';
const WEIGHTS = 'moto shows a weight only where one was stated; AWS shows its default, 1';
const live = (operation: string, at: string): Readonly<Record<string, string>> => ({
  [`${operation} + ${at}DeployedImages[].SpecifiedImage str`]: IMAGES,
  [`${operation} + ${at}DeployedImages[].ResolvedImage str`]: IMAGES,
  [`${operation} + ${at}DeployedImages[].ResolutionTime datetime`]: IMAGES,
  [`${operation} + ${at}CurrentWeight int`]: WEIGHTS,
  [`${operation} + ${at}DesiredWeight int`]: WEIGHTS,
});

/** `<operation> + <path> <type>`: in simcloud alone; `-`: in moto alone; each with why it stays. A further one fails, and so does one that is gone. */
export const DIFFERENCES: Readonly<Record<string, string>> = {
  ...live('DescribeEndpoint', 'ProductionVariants[].'),
  ...live('Search', 'Results[].Endpoint.ProductionVariants[].'),
  'DescribeEndpointConfig + ProductionVariants[].InitialVariantWeight int': WEIGHTS,
  'DescribeModel + PrimaryContainer.Mode str': 'moto shows a mode only where one was stated; AWS shows its default, SingleModel',
  'ListAccounts - Accounts[].Status str': 'AWS is retiring it for State, and we must do without',
  'ListObjectsV2 - Contents[].ChecksumAlgorithm[] str': 'nothing that we read: an ETag identifies an object',
  'ListObjectsV2 - EncodingType str':
    'boto3 asks for keys in URL encoding; simcloud gives them as they are, which it may not do for control characters',
};
