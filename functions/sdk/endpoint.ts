/** AWS's partitions by the beginnings of their regions; every other region is under amazonaws.com. */
const suffixes: [RegExp, string][] = [
  // threat: the bundles call another host than the SDK would: another partition
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
  /** For S3 only. */
  Bucket?: string;
  UseFIPS?: boolean;
  UseDualStack?: boolean;
};

/**
 * Replaces the SDK's endpoint rules: a service's regional host, or the endpoint that the environment names.
 * @throws for FIPS and dual-stack endpoints, which must be named in the environment
 */
export function decideEndpoint(host: string, { endpointParams }: { endpointParams: EndpointParams }) {
  const { Region = "", Endpoint, Bucket, UseFIPS, UseDualStack } = endpointParams;
  // threat: the bundles ignore the setting for FIPS endpoints
  if (UseFIPS || UseDualStack) throw new Error("Name FIPS and dual-stack endpoints by AWS_ENDPOINT_URL_<service>.");
  const suffix = suffixes.find(([regions]) => regions.test(Region))?.[1] ?? "amazonaws.com";
  const regional = `${host}.${Region}.${suffix}`;
  // AWS has the bucket in the host name, and its stand-ins have it in the path
  const url = Endpoint
    ? [Endpoint.replace(/\/$/, ""), ...(Bucket ? [Bucket] : [])].join("/")
    : `https://${Bucket ? `${Bucket}.` : ""}${regional}`;
  return { url: new URL(url), properties: {}, headers: {} };
}

/** Replaces what only S3 does with bucket names: ours always fits into a host name. */
export async function resolveParamsForS3(): Promise<void> {}

/** Replaces what endpoint rules call. */
export const awsEndpointFunctions = {};
