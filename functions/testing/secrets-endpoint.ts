import type { IncomingMessage, ServerResponse } from "node:http";
import { listen } from "@muster/local-base/server.ts";

export type SecretsEndpoint = {
  endpoint: string;
  calls: () => number;
  /** The next calls, so many, are answered with this status, or break off without one. */
  fail: (times: number, status?: number) => void;
  stop: () => Promise<void>;
};

type Input = { SecretId?: string; SecretString?: string };

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
    const input = JSON.parse(Buffer.concat(chunks).toString()) as Input;
    const { authorization, "x-amz-target": target } = request.headers;
    const signed = authorization?.startsWith("AWS4-HMAC-SHA256 Credential=") === true;
    const answered = signed ? perform(target, input) : undefined;
    response.writeHead(answered ? 200 : 400, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(answered ?? { __type: "ResourceNotFoundException" }));
  }

  function perform(target: unknown, { SecretId = "", SecretString }: Input) {
    const found = secrets[SecretId];
    if (!found) return undefined;
    if (target === "secretsmanager.GetSecretValue") return { ARN: SecretId, SecretString: found };
    if (target !== "secretsmanager.PutSecretValue" || SecretString === undefined) return undefined;
    secrets[SecretId] = SecretString;
    return { ARN: SecretId };
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
