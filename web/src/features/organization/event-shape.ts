import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { Names } from "./use-names.ts";

export type Data = Record<string, unknown>;
export type Words = {
  icon: LucideIcon;
  /** Who did it, where that is not the actor whom the log names, or no member any more. */
  who?: (data: Data, names: Names) => ReactNode;
  sentence: (data: Data, names: Names, actor: string) => ReactNode;
};
