import type { IncomingMessage } from "node:http";
import type { ParsedRequest } from "./parsed-request.ts";
import type { Authority, Verified } from "./signature.ts";
import type { Store } from "./store.ts";

export type Place = {
  bucket: string;
  store: Store;
  url: () => string;
  /** True if created objects are announced. */
  announces: boolean;
} & Authority;

export type Call = {
  request: IncomingMessage;
  parsed: ParsedRequest;
  verified: Verified;
  place: Place;
  requestId: string;
  /** The address that the request comes from. */
  caller: string;
};
