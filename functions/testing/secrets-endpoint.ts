import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface SecretsEndpoint {
  endpoint: string;
  /** How often it was asked. */
  asked: () => number;
  stop: () => Promise<void>;
}

/** Secrets Manager's GetSecretValue on loopback, for these secrets by their ARN, and only to signed requests. */
export async function startSecrets(secrets: Readonly<Record<string, string>>): Promise<SecretsEndpoint> {
  let asked = 0;

  async function answer(request: IncomingMessage, response: ServerResponse) {
    asked++;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { SecretId = "" } = JSON.parse(Buffer.concat(chunks).toString()) as { SecretId?: string };
    const { authorization, "x-amz-target": target } = request.headers;
    const signed = authorization?.startsWith("AWS4-HMAC-SHA256 Credential=") === true;
    const SecretString = signed && target === "secretsmanager.GetSecretValue" ? secrets[SecretId] : undefined;
    const answered = SecretString ? { ARN: SecretId, SecretString } : { __type: "ResourceNotFoundException" };
    response.writeHead(SecretString ? 200 : 400, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(answered));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The secrets' endpoint listens on no port.");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    asked: () => asked,
    stop: async () => {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      server.closeAllConnections();
      await closed;
    },
  };
}
