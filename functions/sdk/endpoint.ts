/** AWS's partitions by how their regions begin; every other region is under amazonaws.com. */
const suffixes: [RegExp, string][] = [
  [/^cn-/, "amazonaws.com.cn"],
  [/^eusc-/, "amazonaws.eu"],
  [/^us-iso-/, "c2s.ic.gov"],
  [/^us-isob-/, "sc2s.sgov.gov"],
  [/^eu-isoe-/, "cloud.adc-e.uk"],
  [/^us-isof-/, "csp.hci.ic.gov"],
];

interface EndpointParams {
  Region?: string;
  Endpoint?: string;
  UseFIPS?: boolean;
  UseDualStack?: boolean;
}

/**
 * Stands for the SDK's rules for endpoints: a service's regional host, or the endpoint that the environment names.
 * @throws for FIPS and dual-stack endpoints, which are to be named in the environment
 */
export function decideEndpoint(host: string, { endpointParams }: { endpointParams: EndpointParams }) {
  const { Region = "", Endpoint, UseFIPS, UseDualStack } = endpointParams;
  if (UseFIPS || UseDualStack) throw new Error("Name FIPS and dual-stack endpoints by AWS_ENDPOINT_URL_<service>.");
  const suffix = suffixes.find(([regions]) => regions.test(Region))?.[1] ?? "amazonaws.com";
  return { url: new URL(Endpoint ?? `https://${host}.${Region}.${suffix}`), properties: {}, headers: {} };
}

/** Stands for what S3 alone does with its buckets' names. */
export async function resolveParamsForS3(): Promise<never> {
  throw new Error("The bundles leave out S3.");
}

/** Stands for what rules for endpoints call. */
export const awsEndpointFunctions = {};
