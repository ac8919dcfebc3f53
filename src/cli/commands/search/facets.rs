//! How what a search finds is spread.

use super::Search;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::json::{FacetLine, FacetsDocument};
use crate::cli::record_view::{kind_id, platform_name};
use crate::model::{Kind, Platform};
use crate::store::RecordReader;

/// Most values of a facet shown to people.
const FACETS_SHOWN: usize = 8;

impl Search<'_> {
    pub(super) fn facets(&mut self, context: &mut Context) -> Result<FacetsDocument, CommandError> {
        let query = self.query;
        let everybody = context.people(self.archive, (&mut self.questions, &mut self.damage), self.book, true)?;
        let facets = self.questions.facets(context, &mut self.damage, (query, &everybody.together()))?;
        let mut reader = RecordReader::new(self.archive);
        let (mut people, mut conversations) = (Vec::new(), Vec::new());
        for facet in facets.people {
            let count = facet.records;
            if let Some(person) = facet.identity.and_then(|identity| everybody.who_is(&identity)) {
                people.push(FacetLine { name: person.name.clone(), id: Some(person.id.to_string()), count });
                continue;
            }
            let Some(author) = self.damage.record_at(&mut reader, facet.place)?.and_then(|record| record.author) else {
                continue;
            };
            let name =
                [Some(author.name), author.handle, author.phone].into_iter().flatten().find(|name| !name.is_empty());
            people.push(FacetLine { name: name.unwrap_or_default(), id: None, count });
        }
        for (place, count) in facets.conversations {
            let record = self.damage.record_at(&mut reader, place)?;
            let Some(conversation) = record.and_then(|record| record.conversation) else { continue };
            conversations.push(FacetLine { name: conversation.title, id: Some(conversation.id), count });
        }
        let line = |name: &str, count: u64| FacetLine { name: name.to_owned(), id: None, count };
        Ok(FacetsDocument {
            people,
            conversations,
            platforms: facets.platforms.iter().map(|(platform, count)| line(platform.name(), *count)).collect(),
            types: facets.kinds.iter().map(|(kind, count)| line(kind.name(), *count)).collect(),
            months: facets
                .months
                .iter()
                .map(|((year, month), count)| line(&format!("{year}-{month:02}"), *count))
                .collect(),
        })
    }

    /// How what was found is spread, a line for each kind of value.
    pub(super) fn facets_text(&mut self, context: &mut Context) -> Result<(), CommandError> {
        let mut facets = self.facets(context)?;
        for line in &mut facets.platforms {
            named(line, &Platform::ALL, Platform::name, |platform| platform_name(platform).to_owned());
        }
        for line in &mut facets.types {
            named(line, &Kind::ALL, Kind::name, |kind| context.words.text(kind_id(kind)));
        }
        let groups = [
            ("facet-people", facets.people),
            ("facet-conversations", facets.conversations),
            ("facet-platforms", facets.platforms),
            ("facet-types", facets.types),
            ("facet-months", facets.months),
        ];
        if groups.iter().all(|(_, lines)| lines.is_empty()) {
            return Ok(());
        }
        context.output.line("")?;
        for (id, lines) in groups.into_iter().filter(|(_, lines)| !lines.is_empty()) {
            let heading = context.words.text(id);
            let values: Vec<String> = lines
                .iter()
                .take(FACETS_SHOWN)
                .map(|line| format!("{} ({})", context.output.imported(&line.name), context.words.number(line.count)))
                .collect();
            context.output.line(&format!("{}  {}", context.output.strong(&heading), values.join(" · ")))?;
        }
        Ok(())
    }
}

/// Gives a line the name that people know.
fn named<T: Copy>(line: &mut FacetLine, all: &[T], canonical: fn(T) -> &'static str, name: impl Fn(T) -> String) {
    if let Some(known) = all.iter().find(|known| canonical(**known) == line.name) {
        line.name = name(*known);
    }
}
