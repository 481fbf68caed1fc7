import * as Receive from "@muster/core/billing/receive.ts";
import { verify } from "@muster/core/billing/signature.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { boot } from "../boot.ts";
import { log } from "../log.ts";
import { openSecrets } from "../secrets.ts";

const secrets = openSecrets({ caller: boot() });

type Request = Pick<APIGatewayProxyEventV2, "body" | "isBase64Encoded" | "headers">;

/**
 * Receives Stripe's webhooks. Answers 200 once a webhook is stored and queued, and 400 unless Stripe has just signed
 * it; if it cannot be stored or checked this fails, and Stripe tries again.
 */
export async function handler({ body, isBase64Encoded, headers }: Request): Promise<APIGatewayProxyStructuredResultV2> {
  const bytes = Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");
  const signing = await signingSecrets();
  // threat: a webhook that could not be checked is refused for good
  if (!signing) return { statusCode: 503 };
  const event = await verify(bytes, headers["stripe-signature"] ?? "", signing);
  if (!event) {
    log.warn("A webhook was refused: its signature is missing, wrong or too old.");
    return { statusCode: 400 };
  }
  const { id: _, ...concerned } = event;
  await asSystem("stripe", () => Receive.receive(concerned));
  return { statusCode: 200 };
}

/** Returns nothing if they cannot be read. */
async function signingSecrets(): Promise<readonly string[] | undefined> {
  try {
    await secrets.refresh();
    return secrets.part("stripe")?.webhooks ?? [];
  } catch (error) {
    log.error("Stripe cannot be used.", { error });
    return undefined;
  }
}
