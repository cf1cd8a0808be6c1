//! `report.html`: the page of `report.md` with its plots in line, and nothing from outside.

use anyhow::Result;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use super::markdown::markdown;
use super::plot::{plots, Plot};
use super::schema::Results;

const CSS: &str = include_str!("report.css");

/// The page in HTML, self-contained: no scripts, no fonts, no links that load anything.
///
/// # Errors
/// Those of [`plots`].
pub fn html(results: &Results) -> Result<String> {
    Ok(page(&results.experiment, &markdown(results), &plots(results)?))
}

/// A page of Markdown, with those of its pictures in line that are among `plots`.
pub fn page(title: &str, markdown: &str, plots: &[Plot]) -> String {
    let mut body = String::new();
    let events = in_line(Parser::new_ext(markdown, Options::ENABLE_TABLES), plots);
    pulldown_cmark::html::push_html(&mut body, events.into_iter());
    document(title, &body)
}

fn document(title: &str, body: &str) -> String {
    let body = body.replace("<table>", "<div class=\"wide\"><table>").replace("</table>", "</table></div>");
    let title = escape_html(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>l2face: {title}</title>\n<style>\n{CSS}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// Images become their SVG, raw HTML becomes text.
fn in_line<'a>(events: impl Iterator<Item = Event<'a>>, plots: &[Plot]) -> Vec<Event<'a>> {
    let mut out = Vec::new();
    let mut caption: Option<String> = None;
    for event in events {
        match event {
            Event::Start(Tag::Image { dest_url, .. }) => {
                out.push(Event::InlineHtml(figure(&dest_url, plots)));
                caption = Some(String::new());
            }
            Event::End(TagEnd::Image) => {
                let text = caption.take().unwrap_or_default();
                let close = format!("<span class=\"caption\">{}</span></span>", escape_html(&text));
                out.push(Event::InlineHtml(close.into()));
            }
            Event::Text(text) | Event::Code(text) if caption.is_some() => {
                caption.get_or_insert_default().push_str(&text);
            }
            Event::Html(text) | Event::InlineHtml(text) => out.push(Event::Text(text)),
            other => out.push(other),
        }
    }
    out
}

fn figure<'a>(link: &str, plots: &[Plot]) -> CowStr<'a> {
    let svg = plots.iter().find(|p| link == format!("plots/{}", p.file));
    let svg = svg.map_or("", |p| p.svg.as_str());
    format!("<span class=\"figure\">{svg}").into()
}

/// The five characters that mean something in HTML.
pub(super) fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
