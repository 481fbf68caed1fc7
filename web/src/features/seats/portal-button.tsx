import { useMutation } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { useEffect } from "react";
import { beginCheckout, openPortal, type Wish } from "#lib/billing.ts";
import { Button, type ButtonLook } from "#ui/button.tsx";
import { toastFailure } from "#ui/toast.ts";

type Props = ButtonLook & {
  organizationId: string;
  children: string;
  className?: string;
  purpose?: "payment_method";
};

/** Leads to Stripe's page, which leads back. */
export function PortalButton({ organizationId, children, purpose, ...look }: Props) {
  const { mutate, isBusy, error } = usePortal(organizationId, purpose);
  useEffect(() => {
    if (error) {
      toastFailure("Stripe’s page did not open", error);
    }
  }, [error]);
  return (
    <Button {...look} isBusy={isBusy} onClick={() => mutate()}>
      {children}
      <ExternalLink aria-hidden />
    </Button>
  );
}

/** Goes to Stripe's page for an order. Busy until the browser has left, even if that takes a while. */
export function useCheckout(organizationId: string) {
  return useLeaving((wish: Required<Wish>) => beginCheckout(organizationId, wish));
}

/** Goes to Stripe's page for cards, address and tax ids, or only for another payment method. */
function usePortal(organizationId: string, purpose?: "payment_method") {
  return useLeaving((_: void) => openPortal(organizationId, purpose));
}

function useLeaving<Input>(ask: (input: Input) => Promise<{ url: string }>) {
  const leaving = useMutation({
    mutationFn: ask,
    onSuccess: ({ url }) => window.location.assign(url),
  });
  const { reset } = leaving;

  // The browser's back button shows the page as it was, and it can be left again.
  useEffect(() => {
    const listen = (event: PageTransitionEvent) => event.persisted && reset();
    window.addEventListener("pageshow", listen);
    return () => window.removeEventListener("pageshow", listen);
  }, [reset]);

  return { ...leaving, isBusy: leaving.isPending || leaving.isSuccess };
}
