import type { IncomingMessage } from "node:http";

/** The key that signs requests to the services on this machine. */
export type Credentials = { accessKeyId: string; secretAccessKey: string };

/** The key of a service on this machine where nobody chose one: in tests. */
export const testCredentials: Credentials = { accessKeyId: "local", secretAccessKey: "local" };

/**
 * Returns whether the request is signed with this key (Signature Version 4). Its id is as random as its secret, so the
 * id alone tells who knows it.
 */
export const isSignedWith = (accessKeyId: string, { headers }: IncomingMessage): boolean =>
  // threat: any program that speaks SQS or SES to a local run is served
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\//.exec(headers.authorization ?? "")?.[1] === accessKeyId;
