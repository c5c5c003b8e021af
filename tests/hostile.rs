//! Whatever bytes come in, every reader ends with a result: nothing panics, hangs or grows without bound.
#![allow(clippy::unwrap_used)]

use std::ops::ControlFlow;

use cus::core::span::Span;
use cus::core::template;
use cus::core::words::{Audience, Word};
use cus::interop::mapping::Mapping;
use cus::interop::{Kind, kind_of, read};
use cus::notify::Reply;
use proptest::prelude::*;

/// Bytes that are nearly what a reader wants: pieces of it, in any order, with noise between.
fn nearly(pieces: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(pieces).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..12),
        1 => "\\PC{0,12}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn rows_of(kind: Kind, bytes: &[u8]) -> usize {
    let mut rows = 0;
    // What cannot be read is told; how many rows came before that is all that is asked here.
    let _ = read(kind, bytes, &Mapping::default(), |_| {
        rows += 1;
        ControlFlow::Continue(())
    });
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tables(bytes in nearly(&["Issue key,Summary,Comment\n", "Ticket ID;Subject\n", "\"", ",", ";", "\n", "\r\n", "A-1", "22/Mar/14 07:59", "\u{feff}", "Generated at "])) {
        for kind in [Kind::JiraCsv, Kind::Csv] {
            prop_assert!(rows_of(kind, &bytes) <= bytes.len());
        }
        let _ = kind_of(bytes.as_slice());
    }

    #[test]
    fn trackers_json(bytes in nearly(&["{\"issues\":[", "{\"key\":\"A-1\",\"fields\":{", "\"summary\":\"x\"", "\"created\":\"2015-04-24T12:04:05.000+0000\"", "}", "]", "[", ",", "{", ":", "null", "\"\\ud800\"", "1e999", "\"changelog\":{\"histories\":["])) {
        prop_assert!(rows_of(Kind::JiraJson, &bytes) <= bytes.len() + 1);
    }

    #[test]
    fn replies(bytes in nearly(&["From: a@example.com\r\n", "Subject: =?utf-8?q?", "In-Reply-To: <x@y>\r\n", "References: ", "<", ">", "\r\n\r\n", "Content-Type: multipart/mixed; boundary=b\r\n", "--b\r\n", "--b--", "> quoted\n", "base64", "Content-Transfer-Encoding: "])) {
        if let Ok(reply) = Reply::read(&bytes) {
            prop_assert!(reply.text.chars().count() <= 64 * 1024);
        }
    }

    #[test]
    fn templates(bytes in nearly(&["{{ ", " }}", "{% ", " %}", "for x in range(99999)", "endfor", "if a", "endif", "csd.key", "|", "upper", "include 'x'", "macro m()", "set a = a ~ a", "endset", "[", "(", "'", "**"])) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for to in Audience::ALL {
            let _ = template::check(&text, *to);
        }
    }

    #[test]
    fn durations(text in "\\PC{0,20}|-?[0-9]{0,20} ?[a-z]?") {
        if let Ok(span) = text.parse::<Span>() {
            prop_assert_eq!(span.to_string().parse::<Span>().unwrap(), span);
        }
    }
}
