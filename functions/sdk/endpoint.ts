/** AWS's partitions by how their regions begin; every other region is under amazonaws.com. */
const suffixes: [RegExp, string][] = [
  [/^cn-/, "amazonaws.com.cn"],
  [/^eusc-/, "amazonaws.eu"],
  [/^us-iso-/, "c2s.ic.gov"],
  [/^us-isob-/, "sc2s.sgov.gov"],
  [/^eu-isoe-/, "cloud.adc-e.uk"],
  [/^us-isof-/, "csp.hci.ic.gov"],
];

type EndpointParams = {
  Region?: string;
  Endpoint?: string;
  /** Of S3 alone. */
  Bucket?: string;
  UseFIPS?: boolean;
  UseDualStack?: boolean;
};

/**
 * Stands for the SDK's rules for endpoints: a service's regional host, or the endpoint that the environment names.
 * @throws for FIPS and dual-stack endpoints, which are to be named in the environment
 */
export function decideEndpoint(host: string, { endpointParams }: { endpointParams: EndpointParams }) {
  const { Region = "", Endpoint, Bucket, UseFIPS, UseDualStack } = endpointParams;
  if (UseFIPS || UseDualStack) throw new Error("Name FIPS and dual-stack endpoints by AWS_ENDPOINT_URL_<service>.");
  const suffix = suffixes.find(([regions]) => regions.test(Region))?.[1] ?? "amazonaws.com";
  const regional = `${host}.${Region}.${suffix}`;
  // AWS names a bucket before the host, and whoever stands in for it has it in the path
  const url = Endpoint
    ? [Endpoint.replace(/\/$/, ""), ...(Bucket ? [Bucket] : [])].join("/")
    : `https://${Bucket ? `${Bucket}.` : ""}${regional}`;
  return { url: new URL(url), properties: {}, headers: {} };
}

/** Stands for what S3 alone does with its buckets' names: ours has one that may stand in a host, and no other address. */
export async function resolveParamsForS3(): Promise<void> {}

/** Stands for what rules for endpoints call. */
export const awsEndpointFunctions = {};
