import { Search } from "lucide-react";
import { Palette } from "#features/palette/palette.tsx";
import { ShortcutsDialog } from "#features/palette/shortcuts-dialog.tsx";
import { commandName } from "#lib/command-key.ts";
import { showOverlay, useOverlay } from "#lib/overlay.ts";
import { Kbd } from "#ui/kbd.tsx";

/**
 * The palette, the list of shortcuts, and the button that looks like the field of the palette. They come with the page:
 * typing right after a key loses no letter.
 */
export function Overlays() {
  const shown = useOverlay();
  return (
    <>
      <PaletteButton />
      <Palette isOpen={shown === "palette"} />
      <ShortcutsDialog isOpen={shown === "shortcuts"} />
    </>
  );
}

function PaletteButton() {
  return (
    <button
      type="button"
      aria-label="Search or jump to"
      aria-haspopup="dialog"
      aria-keyshortcuts="Meta+K Control+K"
      onClick={() => showOverlay("palette")}
      className="flex h-8 items-center gap-2 rounded-md text-sm text-fg-3 transition-colors duration-100 hover:text-fg max-md:size-8 max-md:justify-center max-md:hover:bg-surface-3 md:w-56 md:border md:border-control md:bg-surface md:px-2.5 md:shadow-1 md:hover:border-fg-3 pointer-coarse:size-10"
    >
      <Search aria-hidden className="size-4 shrink-0" />
      <span aria-hidden className="flex-1 text-left max-md:hidden">
        Search or jump to…
      </span>
      <span className="max-md:hidden">
        <Kbd>{commandName("K")}</Kbd>
      </span>
    </button>
  );
}
