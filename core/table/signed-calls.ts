import type { DynamoDBClientResolvedConfig } from "@aws-sdk/client-dynamodb";
import { SignatureV4 } from "@smithy/signature-v4";

/** With whose credentials, in which region, and through which connections; each client of the SDK takes it. */
export type Caller = Pick<DynamoDBClientResolvedConfig, "region" | "credentials" | "requestHandler" | "sha256">;

export type Endpoint = { protocol: string; hostname: string; port?: number | undefined; path: string };

/** An answer of DynamoDB: a status of HTTP and a text, which is JSON unless something between broke. */
export type Answer = { status: number; text: string };

type Body = {
  setEncoding: (encoding: "utf8") => void;
  on: ((event: "data", take: (chunk: string) => void) => void) & ((event: "error", take: (e: Error) => void) => void);
  once: (event: "end" | "close", take: () => void) => void;
};
type Received = { response: { statusCode: number; body: Body } };

/**
 * Calls DynamoDB with signed requests, through the connections of the SDK's client. Building, signing, and sending a
 * request by the client itself costs three times as much; docs/decisions/table-calls.md has the figures.
 * @param endpoint where it is; asked once
 * @param date when a request is signed
 * @throws what the connections throw: a broken one, or one that was too slow
 */
export function signedCalls(
  endpoint: () => Promise<Endpoint>,
  { credentials, region, requestHandler, sha256 }: Caller,
  date = () => new Date(),
) {
  const signature = new SignatureV4({ credentials, region, sha256, service: "dynamodb", applyChecksum: false });
  let known: Endpoint | undefined;

  return async (operation: string, body: string): Promise<Answer> => {
    known ??= await endpoint();
    const { protocol, hostname, port, path } = known;
    const host = port ? `${hostname}:${port}` : hostname;
    const target = `DynamoDB_20120810.${operation}`;
    const headers = { host, "content-type": "application/x-amz-json-1.0", "x-amz-target": target };
    const request = { method: "POST", protocol, hostname, path, headers, body, ...(port && { port }) };
    // threat: a request is signed at another time than it says
    const signed = await signature.sign(request, { signingDate: date() });
    const { response } = (await requestHandler.handle(signed as never)) as unknown as Received;
    return { status: response.statusCode, text: await textOf(response.body) };
  };
}

/** The type of an error in an answer, which comes with or without the namespace of the service. */
export const errorType = ({ __type = "" }: { __type?: string }): string => __type.split("#").at(-1) ?? "";

function textOf(body: Body): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    let isWhole = false;
    body.setEncoding("utf8");
    body.on("data", (chunk) => {
      text += chunk;
    });
    body.on("error", reject);
    body.once("end", () => {
      isWhole = true;
      resolve(text);
    });
    // an answer that ends in its middle is lost
    body.once("close", () => {
      // threat: an answer that broke off counts as whole
      if (!isWhole) reject(Object.assign(new Error("The answer broke off."), { code: "ECONNRESET" }));
    });
  });
}
