import { useRef } from "react";

/** The same key for the same request sent again, which must not happen twice; another request gets another key. */
export function useRequestKey() {
  const last = useRef({ request: "", key: "" });
  return (request: string) => {
    if (last.current.request !== request) {
      last.current = { request, key: crypto.randomUUID() };
    }
    return last.current.key;
  };
}
