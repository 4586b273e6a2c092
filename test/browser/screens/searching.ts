import type { Showing } from "../house.ts";
import type { Screen } from "./screen.ts";

const found = async ({ page }: Showing): Promise<void> => page.getByRole("list", { name: "Found" }).getByRole("article").first().waitFor();

/** Searching what was said. */
export const searching: Screen[] = [
  {
    name: "search",
    show: async (showing) => {
      await showing.go("/search");
      await showing.page.getByRole("heading", { name: "Search what was said" }).waitFor();
    },
  },
  {
    name: "search-found",
    show: async (showing) => {
      await showing.go("/search?q=loss");
      await found(showing);
    },
  },
  {
    name: "search-narrowed",
    show: async (showing) => {
      await showing.go("/search?q=run+type:result+after:2020-01-01&sort=newest");
      await found(showing);
    },
  },
  {
    name: "search-values",
    show: async (showing) => {
      await showing.go("/search");
      await showing.page.getByRole("combobox", { name: "Search" }).pressSequentially("run in:");
      await showing.page.getByRole("option", { name: /in:/ }).first().waitFor();
    },
  },
  {
    name: "search-nothing",
    show: async (showing) => {
      await showing.go("/search?q=zyzzyva");
      await showing.page.getByRole("heading", { name: "Nothing is found" }).waitFor();
    },
  },
  {
    name: "search-wrong",
    show: async (showing) => {
      await showing.go("/search?q=from:nobody+loss");
      await showing.page.getByRole("alert").waitFor();
    },
  },
];
