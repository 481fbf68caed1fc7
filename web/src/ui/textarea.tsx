import type { ComponentProps } from "react";
import { cn } from "#lib/cn.ts";
import { fieldOf } from "./field.tsx";

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return (
    <textarea
      {...rest}
      className={cn(
        "w-full resize-y rounded-md border border-control bg-surface px-3 py-2 text-base text-fg shadow-1 transition-colors duration-100 -outline-offset-1 hover:border-fg-3 focus-visible:border-accent focus-visible:outline-2 disabled:cursor-not-allowed disabled:bg-surface-2 aria-invalid:border-danger aria-invalid:outline-danger pointer-coarse:text-lg",
        className,
      )}
    />
  );
}

export const TextareaField = fieldOf(Textarea);
