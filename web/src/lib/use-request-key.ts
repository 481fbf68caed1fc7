import { useState } from "react";
import { requestKeys } from "./request-key.ts";

/** Sends requests with a key each, which stays the same while one fails. */
export function useRequestKey() {
  const [withKey] = useState(requestKeys);
  return withKey;
}
