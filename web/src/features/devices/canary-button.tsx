import { useMutation } from "@tanstack/react-query";
import { Button } from "#ui/button.tsx";
import { toast, toastFailure } from "#ui/toast.ts";

type Props = {
  device: { name: string; isCanary: boolean };
  onMark: (isCanary: boolean) => Promise<unknown>;
  /** The lists that show it are read again before the button is free again. */
  onDone: () => Promise<unknown>;
  blocked?: string | undefined;
  /** In a list, the button names its device. */
  isNamed?: boolean;
};

/** Marks a device as a canary, which gets each change with the first wave, or removes the mark. */
export function CanaryButton({ device: { name, isCanary }, onMark, onDone, blocked, isNamed = false }: Props) {
  const mark = useMutation({
    mutationFn: () => onMark(!isCanary),
    onSuccess: () => toast(isCanary ? `${name} is no longer a canary` : `${name} is a canary`),
    onError: (error) => toastFailure(`${name} was not changed`, error),
    onSettled: onDone,
  });
  const label = isCanary ? "Unmark as canary" : "Mark as canary";
  return (
    <Button
      {...(isNamed && { "aria-label": isCanary ? `Unmark ${name} as canary` : `Mark ${name} as canary` })}
      blocked={blocked}
      isBusy={mark.isPending}
      onClick={() => mark.mutate()}
    >
      {label}
    </Button>
  );
}
