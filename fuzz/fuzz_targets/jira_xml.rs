#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cus::hostile::jira_xml(data));
