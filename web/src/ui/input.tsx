import type { ComponentProps } from "react";
import { cn } from "#lib/cn.ts";
import { fieldOf } from "./field.tsx";

/** 16 px on touch devices, where smaller text makes the browser zoom in on focus. */
export const controlClass =
  "h-9 w-full rounded-md border border-control bg-surface px-3 text-base text-fg shadow-1 transition-colors duration-100 -outline-offset-1 hover:border-fg-3 focus-visible:border-accent focus-visible:outline-2 disabled:cursor-not-allowed disabled:bg-surface-2 disabled:text-fg-3 aria-invalid:border-danger aria-invalid:outline-danger pointer-coarse:h-11 pointer-coarse:text-lg";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input {...rest} className={cn(controlClass, className)} />;
}

export const InputField = fieldOf(Input);
