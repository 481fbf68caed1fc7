import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { importsKey } from "#lib/imports.ts";
import { type Order, openUpload, type Upload } from "./upload.ts";

/** The upload of this page, if there is one. It ends with the page. */
export function useUpload(onArrived: (id: string) => void) {
  const queryClient = useQueryClient();
  const [upload, setUpload] = useState<Upload>();
  const present = useRef<ReturnType<typeof openUpload>>(undefined);
  const isSending = useRef(false);
  useEffect(() => () => void present.current?.cancel(), []);

  function start(order: Order) {
    present.current = openUpload(order, (now) => {
      isSending.current = now.state === "sending";
      if (now.state === "arrived" || now.state === "canceled") {
        present.current = undefined;
        void queryClient.invalidateQueries({ queryKey: importsKey(order.organizationId) });
      }
      setUpload(now.state === "canceled" ? undefined : now);
      if (now.state === "arrived") {
        onArrived(now.id);
      }
    });
    void present.current.run();
  }

  return {
    upload,
    /** The current value, which the rendered one may lag. */
    isSending: () => isSending.current,
    start,
    again: () => void present.current?.run(),
    cancel: () => void present.current?.cancel(),
  };
}
