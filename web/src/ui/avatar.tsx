import type { Color as ColorSchema } from "@muster/core/account/shape.ts";
import type { InferOutput } from "valibot";
import { cn } from "#lib/cn.ts";

export type Color = InferOutput<typeof ColorSchema>;

export const colorClass: Record<Color, string> = {
  slate: "bg-person-slate",
  red: "bg-person-red",
  orange: "bg-person-orange",
  amber: "bg-person-amber",
  green: "bg-person-green",
  teal: "bg-person-teal",
  blue: "bg-person-blue",
  violet: "bg-person-violet",
  pink: "bg-person-pink",
};

const sizes = {
  small: "size-7 text-xs",
  medium: "size-8 text-xs",
  large: "size-10 text-base",
  huge: "size-14 text-xl",
};

type Props = { name: string; size?: keyof typeof sizes };

/** A person: initials on the color that they chose. */
export function Avatar({ name, color, size = "medium" }: Props & { color: string | undefined }) {
  const fill = colorClass[isColor(color) ? color : colorOf(name)];
  return (
    <span aria-hidden className={cn(shape, "rounded-full", sizes[size], fill)}>
      {initials(name)}
    </span>
  );
}

/** An organization: its first letter on a color derived from its id, so that a rename keeps it. */
export function OrganizationMark({ id, name, size = "medium" }: Props & { id: string }) {
  const corners = size === "huge" ? "rounded-xl" : size === "large" ? "rounded-lg" : "rounded-md";
  return (
    <span aria-hidden className={cn(shape, corners, sizes[size], colorClass[colorOf(id)])}>
      {initials(name).slice(0, 1)}
    </span>
  );
}

const shape = "grid shrink-0 place-items-center font-semibold tracking-normal text-person-fg select-none";

export function initials(name: string) {
  const words = name.trim().split(/\s+/);
  const first = letter(words[0]);
  return words.length > 1 ? first + letter(words.at(-1)) : first;
}

function letter(word: string | undefined) {
  const [first = ""] = word?.match(/[\p{L}\p{N}]/u) ?? [];
  return first.toUpperCase();
}

const colors = Object.keys(colorClass) as Color[];

function isColor(name: string | undefined): name is Color {
  return colors.some((color) => color === name);
}

export function colorOf(text: string): Color {
  let hash = 2_166_136_261;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  }
  // ^ returns a signed number, whose remainder may be negative
  // threat: half of all people have the same gray avatar
  return colors[((hash ^ (hash >>> 15)) >>> 0) % colors.length] ?? "slate";
}
