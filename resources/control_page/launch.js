// Runs before anything is drawn: takes a one-time pass out of the address at once, and sets theme and language.
"use strict";

(() => {
  const take = () => {
    const found = /^#pass=([\w-]{1,200})$/.exec(location.hash);
    if (!found) {
      return;
    }
    history.replaceState(history.state, "", location.pathname + location.search);
    window.launchPass = found[1];
    window.dispatchEvent(new Event("launchpass"));
  };
  take();
  // The link may be opened in a tab that shows the page already.
  window.addEventListener("hashchange", take);
  try {
    const theme = localStorage.getItem("clawd.theme");
    if (theme === "light" || theme === "dark") {
      document.documentElement.dataset.theme = theme;
    }
  } catch {
    // Storage may be forbidden; the system's theme is then taken.
  }
})();
