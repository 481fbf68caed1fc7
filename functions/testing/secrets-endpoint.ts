import type { IncomingMessage, ServerResponse } from "node:http";
import { listen } from "@muster/local/http/server.ts";

export type SecretsEndpoint = {
  endpoint: string;
  /** How often it was called. */
  calls: () => number;
  /** The next calls, so many, are answered with this status, or break off without one. */
  fail: (times: number, status?: number) => void;
  stop: () => Promise<void>;
};

/**
 * Secrets Manager's GetSecretValue and PutSecretValue on loopback, for these secrets by their ARN, and only for signed
 * requests.
 */
export async function startSecrets(secrets: Record<string, string>): Promise<SecretsEndpoint> {
  let count = 0;
  let failing: { times: number; status?: number | undefined } = { times: 0 };

  async function answer(request: IncomingMessage, response: ServerResponse) {
    count++;
    if (failing.times-- > 0) {
      if (failing.status === undefined) request.socket.destroy();
      else response.writeHead(failing.status).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const input = JSON.parse(Buffer.concat(chunks).toString()) as { SecretId?: string; SecretString?: string };
    const { SecretId = "" } = input;
    const { authorization, "x-amz-target": target } = request.headers;
    const signed = authorization?.startsWith("AWS4-HMAC-SHA256 Credential=") === true;
    const found = signed ? secrets[SecretId] : undefined;
    const isPut = target === "secretsmanager.PutSecretValue" && input.SecretString !== undefined;
    if (found && isPut) secrets[SecretId] = input.SecretString ?? "";
    const SecretString = isPut || target === "secretsmanager.GetSecretValue" ? found : undefined;
    const answered = SecretString
      ? { ARN: SecretId, ...(!isPut && { SecretString }) }
      : { __type: "ResourceNotFoundException" };
    response.writeHead(SecretString ? 200 : 400, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(answered));
  }

  const { endpoint, stop } = await listen((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  return {
    endpoint,
    calls: () => count,
    fail: (times, status) => {
      failing = { times, status };
    },
    stop,
  };
}
