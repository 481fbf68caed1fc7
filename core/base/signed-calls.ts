import { SignatureV4, type SignatureV4CryptoInit, type SignatureV4Init } from "@smithy/signature-v4";

/** With whose credentials, in which region, and through which connections; any client of the SDK has it all. */
export type Caller = Pick<SignatureV4Init & SignatureV4CryptoInit, "region" | "credentials" | "sha256"> & {
  requestHandler: { handle: (request: never) => Promise<unknown> };
};

/** A service of AWS that takes its operations as JSON, and where it is. */
export type Service = {
  /** Its name in signatures, like `kms`. */
  name: string;
  /** Before the names of its operations, like `TrentService`. */
  target: string;
  /** The version of AWS's JSON protocol that it speaks. */
  protocol: "1.0" | "1.1";
  endpoint: Endpoint | (() => Promise<Endpoint>);
  /** Returns the trace that a request belongs to. */
  trace?: (() => string | undefined) | undefined;
};
export type Endpoint = {
  protocol: string;
  hostname: string;
  port?: number | undefined;
  path: string;
};

/** What a service answered: a status of HTTP and a text, which is JSON unless something between broke. */
export type Answer = { status: number; text: string };

type Body = {
  setEncoding: (encoding: "utf8") => void;
  on: ((event: "data", take: (chunk: string) => void) => void) & ((event: "error", take: (e: Error) => void) => void);
  once: (event: "end" | "close", take: () => void) => void;
};
type Received = { response: { statusCode: number; body: Body } };

/**
 * Calls a service of AWS with signed requests, through the connections of an SDK's client. Building, signing, and
 * sending a request by the client itself costs three times as much; docs/decisions/table-calls.md has the figures.
 * @param date when a request is signed
 * @throws what the connections throw: a broken one, or one that was too slow
 */
export function signedCalls(service: Service, caller: Caller, date = () => new Date()) {
  const { name, target, protocol: version } = service;
  const signature = new SignatureV4({ ...caller, service: name, applyChecksum: false });
  const type = `application/x-amz-json-${version}`;
  let known: Endpoint | undefined;

  return async (operation: string, body: string): Promise<Answer> => {
    known ??= typeof service.endpoint === "function" ? await service.endpoint() : service.endpoint;
    const { protocol, hostname, port, path } = known;
    const host = port ? `${hostname}:${port}` : hostname;
    const trace = service.trace?.();
    const traced = trace ? { "x-amzn-trace-id": trace } : undefined;
    const headers = { host, "content-type": type, "x-amz-target": `${target}.${operation}`, ...traced };
    const request = { method: "POST", protocol, hostname, path, headers, body, ...(port && { port }) };
    // threat: a request is signed at another time than it says
    const signed = await signature.sign(request, { signingDate: date() });
    const { response } = (await caller.requestHandler.handle(signed as never)) as Received;
    return { status: response.statusCode, text: await textOf(response.body) };
  };
}

/** Where a URL points. */
export function endpointOf({ protocol, hostname, port, pathname }: URL): Endpoint {
  return { protocol, hostname, path: pathname, ...(port && { port: Number(port) }) };
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
