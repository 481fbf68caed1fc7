import { useEffect } from "react";
import { productName } from "./product.ts";

/** Names the page in the browser's tab. */
export function useTitle(title: string | undefined) {
  useEffect(() => {
    document.title = title ? `${title} · ${productName}` : productName;
  }, [title]);
}
