import { asSystem } from "@muster/core/kernel/context.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import { asker } from "@muster/core/net/ask.ts";
import { Job } from "@muster/core/secret/check.ts";
import { runCheck } from "@muster/core/secret/run-check.ts";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { boot } from "../boot.ts";
import { wrappingKey } from "../keys.ts";
import { messages } from "./messages.ts";

const caller = boot();
bind({ keyOpener: wrappingKey(caller), providers: asker(caller.sha256) });

/** Checks stored keys with their providers: the only function that can open a key. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  asSystem("checks", () => messages(event, Job, runCheck));
