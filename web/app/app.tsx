import { MantineProvider } from "@mantine/core";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { isProblem } from "../api/client.ts";
import { ConfirmHost } from "../ui/confirm.tsx";
import { ToastHost } from "../ui/toast.tsx";
import { ClockProvider } from "../ui/use-clock.tsx";
import { createAppRouter } from "./router.tsx";
import { cssVariables, theme } from "./theme.ts";

const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: onAnyError }),
  mutationCache: new MutationCache({ onError: onAnyError }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // Only what may heal by itself is asked again.
      retry: (failures, error) => failures < 2 && (isProblem(error, "network") || isProblem(error, "unavailable")),
    },
  },
});

const router = createAppRouter(queryClient);

/** A session that ended in the middle of work leads to sign-in and back to the same page. */
function onAnyError(error: unknown): void {
  if (!isProblem(error, "unauthenticated")) return;
  const { pathname, href } = router.state.location;
  if (["/sign-in", "/setup", "/welcome"].includes(pathname)) return;
  queryClient.removeQueries({ queryKey: ["me"] });
  void router.navigate({ to: "/sign-in", search: { next: href } });
}

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <ClockProvider>
          <RouterProvider router={router} />
          <ConfirmHost />
          <ToastHost />
        </ClockProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
