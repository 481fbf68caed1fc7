import type { IncomingMessage, ServerResponse } from "node:http";
import type { Account } from "./account.ts";

export interface Asked {
  account: Account;
  request: IncomingMessage;
  response: ServerResponse;
  body: string;
  advance: (seconds: number) => void;
}

export function servePage({ response }: Asked): void {
  response.writeHead(404).end();
}
