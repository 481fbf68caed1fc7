import { Megaphone, SearchX } from "lucide-react";
import { Button } from "#ui/button.tsx";
import { EmptyState } from "#ui/empty-state.tsx";

type Props = { isNarrow: boolean; mayPost: boolean; onClear: () => void };

/** Nothing yet, or nothing that matches. */
export function EmptyFeed({ isNarrow, mayPost, onClear }: Props) {
  const Icon = isNarrow ? SearchX : Megaphone;
  return (
    <div className="card">
      <EmptyState
        picture={
          <span aria-hidden className="grid size-12 place-items-center rounded-full bg-surface-3 text-fg-2">
            <Icon className="size-6" />
          </span>
        }
        title={isNarrow ? "No matching updates" : "No updates yet"}
        action={isNarrow && <Button onClick={onClear}>Show all updates</Button>}
      >
        {isNarrow
          ? "Try fewer words, or another tag."
          : mayPost
            ? "Share news, decisions, and questions with everyone here."
            : "When someone posts news, a decision, or a question, you’ll see it here."}
      </EmptyState>
    </div>
  );
}
