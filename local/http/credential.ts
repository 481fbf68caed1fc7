import type { IncomingMessage } from "node:http";

/** What signs requests to the services on this machine. */
export type Credentials = { accessKeyId: string; secretAccessKey: string };

/** What a service on this machine uses where nobody chose credentials: in tests. */
export const testCredentials: Credentials = { accessKeyId: "local", secretAccessKey: "local" };

/**
 * Whether the request is signed with this key (Signature Version 4). Its id is as random as its secret, so the id
 * alone tells who knows it.
 */
export const isSignedWith = (accessKeyId: string, { headers }: IncomingMessage): boolean =>
  // threat: any program that speaks SQS or SES to a local run is served
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\//.exec(headers.authorization ?? "")?.[1] === accessKeyId;
