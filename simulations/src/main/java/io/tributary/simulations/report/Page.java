package io.tributary.simulations.report;

import java.util.List;

/** One HTML page that stands alone: no script, no file beside it. Confined to one thread. */
public final class Page {
  private static final String STYLE =
      """
      body{font:15px/1.5 system-ui,sans-serif;color:#1d2733;background:#fff;max-width:1080px;margin:2rem auto;padding:0 1rem}
      h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #d5dce4}
      table{border-collapse:collapse;font-size:.9rem}td,th{padding:.2rem .7rem;text-align:right;border-bottom:1px solid #e8edf2}
      td:first-child,th:first-child{text-align:left}svg{max-width:100%;height:auto}code,pre{font-size:.85rem}
      .scroll{max-height:32rem;overflow:auto}
      """;

  private final StringBuilder body = new StringBuilder();
  private final String title;

  public Page(String title) {
    this.title = title;
    body.append("<h1>").append(Html.escaped(title)).append("</h1>\n");
  }

  public Page heading(String text) {
    body.append("<h2>").append(Html.escaped(text)).append("</h2>\n");
    return this;
  }

  public Page paragraph(String text) {
    body.append("<p>").append(Html.escaped(text)).append("</p>\n");
    return this;
  }

  /** Text as it stands, such as a plan. */
  public Page preformatted(String text) {
    body.append("<pre>").append(Html.escaped(text)).append("</pre>\n");
    return this;
  }

  /** A picture made by this package. */
  public Page picture(String svg) {
    body.append(svg).append('\n');
    return this;
  }

  /** A table; a long one scrolls. */
  public Page table(List<String> heads, List<List<String>> rows) {
    body.append("<div class=\"scroll\"><table><tr>");
    heads.forEach(head -> body.append("<th>").append(Html.escaped(head)).append("</th>"));
    body.append("</tr>\n");
    for (List<String> row : rows) {
      body.append("<tr>");
      row.forEach(cell -> body.append("<td>").append(Html.escaped(cell)).append("</td>"));
      body.append("</tr>\n");
    }
    body.append("</table></div>\n");
    return this;
  }

  public String html() {
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>"
        + Html.escaped(title)
        + "</title>\n<style>"
        + STYLE
        + "</style></head><body>\n"
        + body
        + "</body></html>\n";
  }
}
