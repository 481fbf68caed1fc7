import { Input } from "#ui/input.tsx";

type Props = { text: string; onText: (text: string) => void; className?: string };

/** Finds teams by their names. */
export function TeamSearchField({ text, onText, className }: Props) {
  return (
    <Input
      type="search"
      aria-label="Search teams"
      placeholder="Search teams"
      autoComplete="off"
      spellCheck={false}
      maxLength={100}
      value={text}
      onChange={({ target }) => onText(target.value)}
      onKeyDown={(event) => {
        // the first one clears the text, the next one closes the dialog around it
        if (event.key === "Escape" && text !== "") {
          event.stopPropagation();
          onText("");
        }
        // a form around it, or behind its dialog, would be sent
        if (event.key === "Enter") {
          event.preventDefault();
        }
      }}
      {...(className !== undefined && { className })}
    />
  );
}
