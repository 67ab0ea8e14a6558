import "../shared/page.css";
import "../shared/icons-staff.ts";
import { mount } from "svelte";
import App from "./App.svelte";

const target = document.getElementById("halaman");
if (target && !("proktor_old_browser" in window)) {
  target.textContent = "";
  mount(App, { target });
}
