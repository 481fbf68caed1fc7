import { SignatureV4, type SignatureV4CryptoInit, type SignatureV4Init } from "@smithy/signature-v4";
import { type BucketLinks, now } from "../kernel/ports.ts";

const algorithm = "AWS4-HMAC-SHA256";
/** Before the names of an object's metadata, as headers and as fields of forms. */
const metadataPrefix = "x-amz-meta-";
const unsigned = { "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" };

// Shapes

/** The region and credentials to sign with, from any client of the SDK. */
export type Signer = Pick<SignatureV4Init & SignatureV4CryptoInit, "region" | "credentials" | "sha256">;

export type Place = {
  bucket: string;
  /** The bucket's URL, without a trailing slash. */
  url: string;
};

// Functions

/** Returns signed forms and URLs for an S3 bucket, without the S3 client. */
export function presigner({ bucket, url }: Place, signer: Signer): BucketLinks {
  const { region, credentials } = signer;
  const signature = new SignatureV4({ ...signer, service: "s3", uriEscapePath: false });

  return {
    async presignUpload({ key, contentType, metadata = {}, maxBytes, lifetimeSeconds }) {
      const signingDate = now();
      const date = signingDate.toISOString().replace(/[-:]|\.\d{3}/g, "");
      const { accessKeyId, sessionToken } = await resolve(credentials);
      const fields = {
        key,
        "Content-Type": contentType,
        ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`${metadataPrefix}${name}`, value])),
        "X-Amz-Algorithm": algorithm,
        "X-Amz-Credential": `${accessKeyId}/${date.slice(0, 8)}/${await resolve(region)}/s3/aws4_request`,
        "X-Amz-Date": date,
        ...(sessionToken && { "X-Amz-Security-Token": sessionToken }),
      };
      const policy = {
        // threat: a form that is signed lives forever
        expiration: new Date(signingDate.getTime() + lifetimeSeconds * 1000).toISOString(),
        // threat: a form that is signed for one file takes one of any size
        conditions: [{ bucket }, { ...fields }, ["content-length-range", 0, maxBytes]],
      };
      const encoded = Buffer.from(JSON.stringify(policy)).toString("base64");
      const signed = await signature.sign(encoded, { signingDate });
      return { url, fields: { ...fields, Policy: encoded, "X-Amz-Signature": signed } };
    },

    async presignDownload({ key, lifetimeSeconds, fileName }) {
      const { protocol, host, pathname } = new URL(`${url}/${key.split("/").map(encode).join("/")}`);
      const request = {
        method: "GET",
        protocol,
        hostname: host,
        path: pathname,
        headers: {
          host,
          ...unsigned,
        },
        query: { "response-content-disposition": `attachment; filename*=UTF-8''${encode(fileName)}` },
      };
      const signed = await signature.presign(request, { expiresIn: lifetimeSeconds, signingDate: now() });
      const query = Object.entries(signed.query ?? {}).map(([name, value]) => `${name}=${encode(String(value))}`);
      return `${protocol}//${host}${pathname}?${query.join("&")}`;
    },
  };
}

const isProvider = <T>(value: T | (() => Promise<T>)): value is () => Promise<T> => typeof value === "function";

async function resolve<T>(value: T | (() => Promise<T>)): Promise<T> {
  return isProvider(value) ? value() : value;
}

/** Encodes as RFC 3986 says. JavaScript leaves five characters out. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
