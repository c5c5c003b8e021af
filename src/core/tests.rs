//! Rules, given / when / then.
