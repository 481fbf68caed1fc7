import type { Colour as ColourSchema } from "@muster/core/account/shape.ts";
import type { InferOutput } from "valibot";
import { cn } from "#lib/cn.ts";

export type Colour = InferOutput<typeof ColourSchema>;

export const colourClass: Record<Colour, string> = {
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

/** A person: initials on the colour that they chose. */
export function Avatar({ name, colour, size = "medium" }: Props & { colour: string | undefined }) {
  const fill = colourClass[isColour(colour) ? colour : colourOf(name)];
  return (
    <span aria-hidden className={cn(shape, "rounded-full", sizes[size], fill)}>
      {initials(name)}
    </span>
  );
}

/** An organization: its first letter on a colour that its id decides, so that a rename keeps it. */
export function OrganizationMark({ id, name, size = "medium" }: Props & { id: string }) {
  const corners = size === "huge" ? "rounded-xl" : size === "large" ? "rounded-lg" : "rounded-md";
  return (
    <span aria-hidden className={cn(shape, corners, sizes[size], colourClass[colourOf(id)])}>
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

const colours = Object.keys(colourClass) as Colour[];

function isColour(name: string | undefined): name is Colour {
  return colours.some((colour) => colour === name);
}

export function colourOf(text: string): Colour {
  let hash = 2_166_136_261;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  }
  // ^ answers a signed number, whose remainder may be negative
  return colours[((hash ^ (hash >>> 15)) >>> 0) % colours.length] ?? "slate";
}
