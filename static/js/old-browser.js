// Only browsers too old for modules run this: they get a notice instead of a page that half works.
(function () {
  var notice = document.createElement("p");
  notice.setAttribute("role", "alert");
  notice.className = "xf-old-browser";
  notice.appendChild(
    document.createTextNode(
      "您的浏览器版本过低，不能使用本系统。请改用 360 安全浏览器、奇安信浏览器（极速模式）或其他 Chromium 78 以上内核的浏览器。"
    )
  );
  document.body.insertBefore(notice, document.body.firstChild);
})();
