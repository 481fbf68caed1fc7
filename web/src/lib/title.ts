import { useEffect } from "react";
import { productName } from "./product.ts";

/** Sets the title of the browser's tab. */
export function useTitle(title: string | undefined) {
  useEffect(() => {
    document.title = title ? `${title} · ${productName}` : productName;
  }, [title]);
}
