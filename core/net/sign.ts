import { SignatureV4, type SignatureV4CryptoInit } from "@smithy/signature-v4";
import { now } from "../kernel/ports.ts";
import type { AwsSignature, ProviderRequest } from "../kernel/provider-port.ts";

export type Hash = SignatureV4CryptoInit["sha256"];
type Sent = Omit<ProviderRequest, "signature">;

/** Returns a request with the headers by which AWS knows who sends it. */
export async function signed(
  { url, ...sent }: Sent,
  { service, region, ...credentials }: AwsSignature,
  sha256: Hash,
): Promise<Sent> {
  const { hostname, pathname, searchParams } = new URL(url);
  const signature = new SignatureV4({ service, region, credentials: withoutToken(credentials), sha256 });
  const request = {
    ...sent,
    protocol: "https:",
    hostname,
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { ...sent.headers, host: hostname },
  };
  const { headers } = await signature.sign(request, { signingDate: now() });
  return { ...sent, url, headers };
}

/** A session token that is there but undefined would be sent as one. */
const withoutToken = ({ sessionToken, ...keys }: Omit<AwsSignature, "service" | "region">) =>
  sessionToken === undefined ? keys : { ...keys, sessionToken };
