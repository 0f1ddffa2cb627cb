//! The classes that the application knows; the forms of the console offer them.

use egret::{AppBuilder, Job};

/// Makes them known.
pub(crate) fn register(app: AppBuilder) -> AppBuilder {
    app.register::<GeneratePages>().register::<SendMail>()
}

/// Writes the pages of a site anew.
#[derive(Debug, Job)]
#[job(class = "Cms::Page::GenerateJob")]
pub(crate) struct GeneratePages {
    /// The folder.
    pub(crate) folder: String,
}

impl GeneratePages {
    async fn perform(self) {
        let _ = self.folder;
    }
}

/// Sends a message.
#[derive(Debug, Job)]
#[job(class = "ActionMailer::MailDeliveryJob", queue = "mailers")]
pub(crate) struct SendMail {
    /// To whom.
    pub(crate) address: String,
}

impl SendMail {
    async fn perform(self) {
        let _ = self.address;
    }
}
