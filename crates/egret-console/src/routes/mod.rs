//! Routes: one shape for every page, and the table of who may what.

mod handle;

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::extract::{RawPathParams, Request};
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use futures_util::future::BoxFuture;

use crate::access::Need;
use crate::console::Desk;
use crate::visit::{Answer, Visit};

/// A route and what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RouteRight {
    /// The method.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// What it asks for.
    pub need: Need,
}

/// What a route is for, which decides what a request must show beside who sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Looks, and changes nothing.
    Look,
    /// Tells that the process answers. The store is not asked, not even for its clock: it may be what does not answer.
    Live,
    /// Changes something: carries the token of its form, and is refused while the console is read-only.
    Change,
    /// A form that only asks for something, such as a download: carries its token, and is answered while the console is
    /// read-only.
    Ask,
    /// A form that removes something: `DELETE`, or `POST` with `_method=delete`, as Rails writes it.
    Remove,
    /// Comes in. It looks after itself: there is no session yet that could hold a token.
    ComeIn,
    /// Goes out: carries the token of its form, also while the console is read-only.
    GoOut,
}

type Handler = Arc<dyn Fn(Visit) -> BoxFuture<'static, Answer> + Send + Sync>;

/// A route with its handler.
pub(crate) struct Route {
    need: Need,
    purpose: Purpose,
    handler: Handler,
}

/// Routes being gathered.
pub(crate) struct Routes {
    desk: Arc<Desk>,
    router: Router,
    matrix: Vec<RouteRight>,
}

impl Routes {
    pub(crate) fn new(desk: Arc<Desk>) -> Self {
        Self { desk, router: Router::new(), matrix: Vec::new() }
    }

    /// A page.
    pub(crate) fn get<F, H>(&mut self, path: &'static str, need: Need, handler: H)
    where
        H: Fn(Visit) -> F + Send + Sync + 'static,
        F: Future<Output = Answer> + Send + 'static,
    {
        self.add(&[Method::GET], path, need, Purpose::Look, handler);
    }

    /// A page that answers whatever the store does.
    pub(crate) fn live<F, H>(&mut self, path: &'static str, handler: H)
    where
        H: Fn(Visit) -> F + Send + Sync + 'static,
        F: Future<Output = Answer> + Send + 'static,
    {
        self.add(&[Method::GET], path, Need::Open, Purpose::Live, handler);
    }

    /// A change.
    pub(crate) fn post<F, H>(&mut self, path: &'static str, need: Need, handler: H)
    where
        H: Fn(Visit) -> F + Send + Sync + 'static,
        F: Future<Output = Answer> + Send + 'static,
    {
        self.add(&[Method::POST], path, need, Purpose::Change, handler);
    }

    /// A form that changes nothing.
    pub(crate) fn ask<F, H>(&mut self, path: &'static str, need: Need, handler: H)
    where
        H: Fn(Visit) -> F + Send + Sync + 'static,
        F: Future<Output = Answer> + Send + 'static,
    {
        self.add(&[Method::POST], path, need, Purpose::Ask, handler);
    }

    /// A removal, by `DELETE` or by a form.
    pub(crate) fn delete<F, H>(&mut self, path: &'static str, need: Need, handler: H)
    where
        H: Fn(Visit) -> F + Send + Sync + 'static,
        F: Future<Output = Answer> + Send + 'static,
    {
        self.add(&[Method::DELETE, Method::POST], path, need, Purpose::Remove, handler);
    }

    /// A form by which people come in.
    pub(crate) fn come_in<F, H>(&mut self, path: &'static str, handler: H)
    where
        H: Fn(Visit) -> F + Send + Sync + 'static,
        F: Future<Output = Answer> + Send + 'static,
    {
        self.add(&[Method::POST], path, Need::Open, Purpose::ComeIn, handler);
    }

    /// A form by which people go out.
    pub(crate) fn go_out<F, H>(&mut self, path: &'static str, handler: H)
    where
        H: Fn(Visit) -> F + Send + Sync + 'static,
        F: Future<Output = Answer> + Send + 'static,
    {
        self.add(&[Method::POST], path, Need::User, Purpose::GoOut, handler);
    }

    fn add<F, H>(&mut self, methods: &[Method], path: &'static str, need: Need, purpose: Purpose, handler: H)
    where
        H: Fn(Visit) -> F + Send + Sync + 'static,
        F: Future<Output = Answer> + Send + 'static,
    {
        let handler: Handler = Arc::new(move |visit| Box::pin(handler(visit)));
        let route = Arc::new(Route { need, purpose, handler });
        let mut served = MethodRouter::new();
        for method in methods {
            let filter = MethodFilter::try_from(method.clone()).expect("the methods of routes are axum's");
            let (desk, route) = (Arc::clone(&self.desk), Arc::clone(&route));
            let serve = move |parameters: RawPathParams, request: Request| {
                handle::handle(Arc::clone(&desk), Arc::clone(&route), parameters, request)
            };
            served = served.merge(on(filter, serve));
            self.matrix.push(RouteRight { method: method.clone(), path, need });
        }
        self.router = std::mem::take(&mut self.router).route(path, served);
    }

    /// The router, and the table. What no route has is not found, in words.
    pub(crate) fn finish(self) -> (Router, Arc<[RouteRight]>) {
        let desk = self.desk;
        let fallback = move |request: Request| handle::not_found(Arc::clone(&desk), request);
        (self.router.fallback(fallback), self.matrix.into())
    }
}
