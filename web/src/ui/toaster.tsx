import { Toast as Base } from "@base-ui/react/toast";
import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useEffect } from "react";
import { buttonClass } from "#ui/button.tsx";
import { type Message, onMessage, stays } from "#ui/toast.ts";

const manager = Base.createToastManager();

export function Toaster() {
  useEffect(() => onMessage(show), []);
  return (
    <Base.Provider toastManager={manager} limit={3}>
      <Base.Portal>
        <Base.Viewport className="toast-viewport">
          <Toasts />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

/** Shows a message instead of one that says the same, unless each can be acted on. */
function show({ title, description, type = "success", action }: Message) {
  const id = manager.add({
    ...(!action && { id: `${title}\n${description}` }),
    title,
    description,
    type,
    ...(action && { actionProps: { children: action.label, onClick: act } }),
    timeout: type === "error" || action ? stays.actionMs : stays.messageMs,
    priority: type === "error" ? "high" : "low",
  });

  function act() {
    manager.close(id);
    action?.run();
  }
}

function Toasts() {
  const { toasts } = Base.useToastManager();
  return toasts.map((each) => (
    // what can have the focus is never hidden from assistive software
    <Base.Root key={each.id} toast={each} aria-hidden={false} className="toast">
      <Base.Content className="flex items-center gap-2.5 p-3 transition-opacity data-behind:opacity-0 data-expanded:opacity-100">
        {each.type === "error" ? (
          <CircleAlert className="size-4 shrink-0 text-danger-text" />
        ) : (
          <CircleCheck className="size-4 shrink-0 text-success-text" />
        )}
        <div className="min-w-0 flex-1">
          <Base.Title className="text-sm font-medium" />
          <Base.Description className="text-sm text-fg-2" />
        </div>
        <Base.Action className={buttonClass({ size: "small" }, "-my-1")} />
        <Base.Close
          aria-label="Dismiss"
          aria-hidden={false}
          className={buttonClass({ variant: "ghost", size: "iconSmall" }, "-my-1 -mr-1")}
        >
          <X />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ));
}
