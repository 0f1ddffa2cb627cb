//! The classes that an application knows.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use async_trait::async_trait;
use egret_core::{ClassSelection, JobData};

use super::{Context, Definition, Done, Ending, Job};
use crate::arguments::Arguments;
use crate::config::LogLevel;
use crate::program::PROGRAM_CLASS;
use crate::{Error, ErrorKind};

/// The code of a class, without its type.
#[async_trait]
pub trait RunJob: Send + Sync + 'static {
    /// Reads the arguments and does the work.
    ///
    /// # Errors
    /// When the arguments cannot be read or the work fails.
    async fn run(&self, context: &Context, arguments: &Arguments) -> super::Result<Done>;
}

/// The code of a typed job.
pub(super) struct Typed<J>(PhantomData<fn() -> J>);

impl<J> Typed<J> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

#[async_trait]
impl<J: Job> RunJob for Typed<J> {
    async fn run(&self, context: &Context, arguments: &Arguments) -> super::Result<Done> {
        let job = J::from_arguments(arguments).map_err(|error| error.of_class(context.class()))?;
        job.run(context).await
    }
}

/// A class that an application knows: what it is, and its code.
#[derive(Clone)]
pub struct RegisteredJob {
    definition: Arc<Definition>,
    code: Arc<dyn RunJob>,
}

impl RegisteredJob {
    /// What the class is.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// Performs a job of the class once and judges an error by its rules. A panic and an exceeded time limit are errors
    /// like any other; this itself never panics.
    pub async fn perform(&self, data: &JobData, context: &Context) -> Ending {
        super::run::run(&self.definition, &*self.code, data, context).await
    }
}

impl fmt::Debug for RegisteredJob {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RegisteredJob").field("definition", &self.definition).finish_non_exhaustive()
    }
}

/// The classes that an application knows, by name. Nothing registers itself.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    jobs: BTreeMap<String, RegisteredJob>,
}

impl Registry {
    /// Makes a class known under its name and aliases.
    ///
    /// # Errors
    /// When one of the names is taken; then none is registered.
    pub fn register<J: Job>(&mut self) -> Result<(), Error> {
        self.register_code(J::definition().clone(), Arc::new(Typed::<J>::new()))
    }

    /// Makes code known that is no typed job.
    ///
    /// # Errors
    /// When one of the names is taken; then none is registered.
    pub fn register_code(&mut self, definition: Definition, code: Arc<dyn RunJob>) -> Result<(), Error> {
        if let Some(taken) = definition.names().find(|name| self.jobs.contains_key(*name)) {
            let message = format!("failed to register the job class `{taken}`: the name is taken");
            return Err(Error::new(ErrorKind::Registration, message));
        }
        let job = RegisteredJob { definition: Arc::new(definition), code };
        for name in job.definition.names() {
            self.jobs.insert(name.to_owned(), job.clone());
        }
        Ok(())
    }

    /// The class of the name or alias.
    pub fn get(&self, class: &str) -> Option<&RegisteredJob> {
        self.jobs.get(class)
    }

    /// The most talkative level that a class has of its own.
    pub fn lowest_log_level(&self) -> Option<LogLevel> {
        self.jobs.values().filter_map(|job| job.definition.own_log_level()).min()
    }

    /// Every name and alias, sorted.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        self.jobs.keys().map(String::as_str)
    }

    /// What a service of the application can run: these classes and programs.
    pub(crate) fn selection(&self) -> ClassSelection {
        ClassSelection::only(self.classes().chain([PROGRAM_CLASS]))
    }
}
