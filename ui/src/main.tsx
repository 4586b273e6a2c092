import { render } from "solid-js/web";
import "../theme.css";
import { App } from "./App.tsx";
import { api, socketUrl } from "./api.ts";
import { createColony } from "./store.ts";

const root = document.getElementById("root");
if (root)
  render(() => {
    const colony = createColony(api, socketUrl);
    return <App colony={colony} />;
  }, root);
